// http-mitm-proxy's side of bench/gateway: swaps the header, resolves every name to the bench's nginx, keeps connections.
const https = require('node:https');
const { createRequire } = require('node:module');
const { readFileSync } = require('node:fs');
const { Proxy } = createRequire(process.env.BENCH_MODULES + '/')('http-mitm-proxy');

const from = 'Bearer ' + process.env.BENCH_PLACEHOLDER;
const to = 'Bearer ' + process.env.BENCH_REAL;
const lookup = (name, options, done) =>
  options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
console.debug = () => {};
const proxy = new Proxy();
proxy.onError((ctx, error) => console.error(String(error)));
proxy.onRequest((ctx, next) => {
  const headers = ctx.proxyToServerRequestOptions.headers;
  if (headers.authorization === from) headers.authorization = to;
  next();
});
proxy.listen({
  host: '127.0.0.1',
  port: Number(process.env.BENCH_PORT),
  sslCaDir: process.env.BENCH_FOLDER,
  keepAlive: true,
  httpsAgent: new https.Agent({ keepAlive: true, ca: readFileSync(process.env.BENCH_CA), lookup }),
});
