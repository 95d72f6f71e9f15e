// @anthropic-ai/sandbox-runtime's side of bench/gateway: its TLS-terminating proxy with one sentinel credential, put together
// from its own modules as its SandboxManager does it, without the sandbox around the command.
import { readFileSync, writeFileSync } from 'node:fs';
const from = (name) => import(`${process.env.BENCH_MODULES}/@anthropic-ai/sandbox-runtime/dist/sandbox/${name}.js`);
const { createHttpProxyServer } = await from('http-proxy');
const { createMitmCA } = await from('mitm-ca');
const { SentinelRegistry } = await from('credential-sentinel');
const { matchesDomainPattern } = await from('domain-pattern');

const hosts = ['api.lab.test', '*.many.lab.test'];
const registry = new SentinelRegistry();
const sentinel = registry.register('BENCH_KEY', process.env.BENCH_REAL, hosts);
const mitmCA = createMitmCA({});
const token = 'bench';
const server = createHttpProxyServer({
  filter: (port, host) => hosts.some((pattern) => matchesDomainPattern(host, pattern)),
  mitmCA,
  mutateHeaders: (headers, host) => registry.substituteInHeaders(headers, host, matchesDomainPattern),
  getBodySubstitutions: (host) => registry.sentinelsForHost(host, matchesDomainPattern),
  tlsTerminateUpstreamCA: readFileSync(process.env.BENCH_CA),
  lookupFor: () => (name, options, done) =>
    options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4),
  proxyAuthToken: token,
});
writeFileSync(`${process.env.BENCH_FOLDER}/session.json`, JSON.stringify({ ca: mitmCA.certPem, placeholder: sentinel, basic: `srt:${token}` }));
server.listen(Number(process.env.BENCH_PORT), '127.0.0.1');
