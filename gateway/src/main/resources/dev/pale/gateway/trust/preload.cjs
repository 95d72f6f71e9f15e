'use strict';
// Pale: sends the requests of http, https and fetch through the session's gateway where Node does
// not do it by itself. Node 18, 20 and the first of 22 and 24 never read HTTPS_PROXY; later ones do
// with NODE_USE_ENV_PROXY=1, for fetch and for their global agents, but not for the agents that
// libraries make. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read once, at the start.
(() => {
  const { node, bun, deno } = process.versions;
  if (!node || bun || deno) return;
  const [major, minor] = node.split('.').map(Number);
  const able =
    process.env.NODE_USE_ENV_PROXY === '1' &&
    (major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21));
  if (able && major === 22) {
    // It says at each start that this is experimental, which is no news to the program's user.
    process.emit = function emit(name, warning) {
      if (name !== 'warning' || !warning || warning.code !== 'UNDICI-EHPA') {
        return Object.getPrototypeOf(process).emit.apply(this, arguments);
      }
      delete process.emit;
      return false;
    };
  }

  const variable = (name) => process.env[name] || process.env[name.toUpperCase()] || '';
  const proxyOf = (name) => {
    try {
      const url = new URL(variable(name));
      return url.protocol === 'http:' ? url : undefined;
    } catch {
      return undefined;
    }
  };
  const proxies = { 'https:': proxyOf('https_proxy'), 'http:': proxyOf('http_proxy') };
  if (!proxies['https:'] && !proxies['http:']) return;
  const direct = variable('no_proxy').split(/[\s,]+/).filter(Boolean);

  const net = require('net');
  const tls = require('tls');
  const http = require('http');
  const https = require('https');
  const { Duplex } = require('stream');

  const bare = (host) => (host.startsWith('[') ? host.slice(1, -1) : host).toLowerCase();

  const proxyFor = (protocol, host, port) => {
    const proxy = proxies[protocol];
    const passes = direct.some((entry) => {
      const named = entry.toLowerCase().replace(/^\*?\./, '.');
      return (
        named === '*' ||
        [host, `${host}:${port}`].some((it) =>
          named[0] === '.' ? it.endsWith(named) : it === named))
    });
    // A library that reads HTTPS_PROXY itself speaks to the gateway, and so does this file.
    const gateway = proxy && host === bare(proxy.hostname) && port === (Number(proxy.port) || 80);
    return passes || gateway ? undefined : proxy;
  };

  /** A connection through the gateway, as if it went to the host itself. */
  const tunnel = (proxy, host, port, done) => {
    const authority = `${net.isIPv6(host) ? `[${host}]` : host}:${port}`;
    const headers = { host: authority };
    if (proxy.username || proxy.password) {
      const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
      headers['proxy-authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
    }
    let told = false;
    const tell = (error, socket) => {
      if (!told) {
        told = true;
        done(error, socket);
      }
    };
    const request = http.request({
      method: 'CONNECT',
      path: authority,
      headers,
      // Given here, no agent is asked, so that this request does not go through itself.
      createConnection: () => net.connect(Number(proxy.port) || 80, bare(proxy.hostname)),
    });
    request.once('connect', (response, socket, head) => {
      if (response.statusCode >= 200 && response.statusCode < 300) {
        socket.setNoDelay(true);
        if (head.length > 0) socket.unshift(head);
        tell(null, socket);
        return;
      }
      socket.destroy();
      const said = head.toString('latin1', 0, 600).trim();
      const error = new Error(
        `the gateway answered ${response.statusCode} for ${authority}${said ? `: ${said}` : ''}`);
      error.code = 'ERR_PROXY_TUNNEL';
      tell(error);
    });
    request.once('error', tell);
    request.end();
  };

  /** Takes what is written before there is a tunnel, and hands it on when there is one. */
  const waiting = (proxy, host, port) => {
    let inner;
    let referenced = true;
    let continueWriting;
    const outer = new Duplex({
      read() {
        if (inner) inner.resume();
      },
      write(chunk, encoding, done) {
        if (inner) inner.write(chunk, encoding, done);
        else continueWriting = () => inner.write(chunk, encoding, done);
      },
      final(done) {
        if (inner) inner.end(done);
        else continueWriting = () => inner.end(done);
      },
      destroy(error, done) {
        if (inner) inner.destroy();
        done(error);
      },
    });
    tunnel(proxy, host, port, (error, socket) => {
      if (error || outer.destroyed) {
        if (socket) socket.destroy();
        outer.destroy(error);
        return;
      }
      inner = socket;
      if (!referenced) inner.unref();
      inner.on('data', (chunk) => {
        if (!outer.push(chunk)) inner.pause();
      });
      inner.on('end', () => outer.push(null));
      inner.on('error', (failure) => outer.destroy(failure));
      inner.on('close', () => outer.destroy());
      if (continueWriting) continueWriting();
    });
    outer.keepsAlive = (yes) => {
      referenced = yes;
      if (inner) inner[yes ? 'ref' : 'unref']();
    };
    return outer;
  };

  // Every agent that does not bring its own way of connecting comes here, the global ones and those
  // that a library made.
  for (const [protocol, agent] of [['http:', http.Agent], ['https:', https.Agent]]) {
    const original = agent.prototype.createConnection;
    const patched = function createConnection(options, done) {
      const known = options !== null && typeof options === 'object';
      const itself = this && this.options && this.options.proxyEnv;
      if (!known || itself || options.socketPath || options.socket) {
        return original.apply(this, arguments);
      }
      const host = bare(String(options.host || options.hostname || 'localhost'));
      const port = Number(options.port) || (protocol === 'https:' ? 443 : 80);
      const proxy = proxyFor(protocol, host, port);
      if (!proxy) return original.apply(this, arguments);
      // Only Node's own caller is known to wait for the callback: agentkeepalive wants a socket now.
      const waits = typeof done === 'function' && this && this.createConnection === patched;
      if (protocol === 'https:' && !waits) {
        const socket = waiting(proxy, host, port);
        const secure = original.call(this, { ...options, socket });
        for (const [name, yes] of [['ref', true], ['unref', false]]) {
          secure[name] = () => {
            socket.keepsAlive(yes);
            return secure;
          };
        }
        return secure;
      }
      if (typeof done !== 'function') return original.apply(this, arguments);
      tunnel(proxy, host, port, (error, socket) => {
        if (error) {
          done(error);
          return;
        }
        try {
          done(null, protocol === 'http:' ? socket : original.call(this, { ...options, socket }));
        } catch (failure) {
          socket.destroy();
          done(failure);
        }
      });
      return undefined;
    };
    agent.prototype.createConnection = patched;
  }
  if (able) return;

  // fetch: its agent comes from a copy of undici inside Node, which puts one at this symbol when it
  // is loaded. The same class takes a function that connects.
  const symbol = Symbol.for('undici.globalDispatcher.1');

  const connect = (options, done) => {
    const protocol = options.protocol;
    const host = bare(options.hostname);
    const port = Number(options.port) || (protocol === 'https:' ? 443 : 80);
    const proxy = proxyFor(protocol, host, port);
    const through = (socket) => {
      let told = false;
      const tell = (error) => {
        if (!told) {
          told = true;
          done(error || null, error ? null : ready);
        }
      };
      const ready =
        protocol === 'https:'
          ? tls.connect({
            ...(socket ? { socket } : { host, port }),
            servername: options.servername || (net.isIP(host) ? '' : host),
            ALPNProtocols: ['http/1.1'],
          })
          : socket || net.connect({ host, port });
      ready.setNoDelay(true);
      ready.once('error', tell);
      if (protocol === 'https:') {
        ready.once('secureConnect', () => tell());
      } else if (socket) {
        tell();
      } else {
        ready.once('connect', () => tell());
      }
    };
    if (proxy) {
      tunnel(proxy, host, port, (error, socket) => (error ? done(error, null) : through(socket)));
    } else {
      through();
    }
  };

  const ours = new WeakSet();
  let loading = false;
  const install = () => {
    if (loading) return;
    const property = Object.getOwnPropertyDescriptor(globalThis, symbol);
    if (property && property.get) {
      loading = true;
      try {
        void globalThis.Headers;
      } finally {
        loading = false;
      }
    }
    const current = globalThis[symbol];
    // Only the plain agent is replaced: another class is somebody's own choice.
    if (current && !ours.has(current) && current.constructor.name === 'Agent') {
      const agent = new current.constructor({ connect });
      ours.add(agent);
      globalThis[symbol] = agent;
    }
  };

  if (typeof globalThis.fetch !== 'function' || globalThis[symbol] !== undefined) {
    if (globalThis[symbol] !== undefined) install();
    return;
  }
  Object.defineProperty(globalThis, symbol, {
    configurable: true,
    enumerable: false,
    get() {
      if (loading) return undefined;
      if (new Error().stack.includes('node:internal/deps/undici')) {
        // Node's copy is being loaded by something else than fetch; it will put its agent here.
        process.nextTick(install);
        return undefined;
      }
      install();
      return globalThis[symbol];
    },
    set(value) {
      Object.defineProperty(globalThis, symbol, {
        value, writable: true, enumerable: false, configurable: false,
      });
    },
  });

  const original = globalThis.fetch;
  globalThis.fetch = function fetch(input, init = undefined) {
    install();
    return original.call(this, input, init);
  };
  // These load Node's copy as well, each at its first use.
  for (const name of ['Headers', 'Request', 'Response', 'FormData', 'WebSocket', 'EventSource']) {
    const property = Object.getOwnPropertyDescriptor(globalThis, name);
    if (property && property.get && property.configurable) {
      Object.defineProperty(globalThis, name, {
        ...property,
        get() {
          Object.defineProperty(globalThis, name, property);
          install();
          return globalThis[name];
        },
      });
    }
  }
})();
