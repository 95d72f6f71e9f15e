// With an agent of its own, as libraries have, which Node's own settings do not reach.
const https = require('https');
https
  .get(process.argv[2], { agent: new https.Agent() }, (answer) => answer.pipe(process.stdout))
  .on('error', (error) => {
    console.error(error.message);
    process.exit(1);
  });
