// Answers each request with how Node reads it. Words: the socket for clients, and the one for nginx, whose requests
// tell in X-Seen-… fields how nginx read them.
'use strict';
const http = require('http');

function answer(request, response) {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const lines = [request.method, request.url, Buffer.concat(parts).toString('hex')];
    for (let i = 0; i < request.rawHeaders.length; i += 2) {
      lines.push(request.rawHeaders[i] + '=' + request.rawHeaders[i + 1]);
    }
    const reading = Buffer.from(lines.join('\n'), 'latin1').toString('base64');
    response.writeHead(200, { 'X-Reading': reading, 'Content-Length': '0' });
    response.end();
  });
}

function refuse(error, socket) {
  if (socket.writable) {
    socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
  } else {
    socket.destroy();
  }
}

const [clients, nginx] = process.argv.slice(2);
http.createServer(answer).on('clientError', refuse).listen(clients, () => {
  http
    .createServer({ requireHostHeader: false, keepAliveTimeout: 60000 }, answer)
    .on('clientError', refuse)
    .listen(nginx, () => console.log('ready'));
});
process.stdin.on('end', () => process.exit(0)).resume();
