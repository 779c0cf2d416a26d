'use strict';
// One Lambda execution environment: AWS's own runtime client (aws-lambda-ric) loads the handler and runs the invoke loop.
// Its two ways out, a native HTTP client for invocations and `http` for init errors, are replaced by a pair of pipes to the
// sandbox (worker.py).   argv: <fd to read from> <fd to write to> <handler>
const fs = require('node:fs');
const path = require('node:path');
const Module = require('node:module');
const http = require('node:http');
const net = require('node:net');
const https = require('node:https');
const { EventEmitter } = require('node:events');
const { pathToFileURL } = require('node:url');

const [inFd, outFd, handler] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]];
const client = path.join(__dirname, 'node_modules', 'aws-lambda-ric', 'dist', 'index.mjs');

// --- the pipes: 4 bytes of length, then JSON. Writes are synchronous, as those of the native client are.
function send(frame) {
  const body = Buffer.from(JSON.stringify(frame));
  const all = Buffer.alloc(4 + body.length);
  all.writeUInt32BE(body.length);
  body.copy(all, 4);
  for (let at = 0; at < all.length; ) at += fs.writeSync(outFd, all, at);
}

function readExactly(length) {
  const buffer = Buffer.alloc(length);
  return new Promise((resolve, reject) => {
    const readFrom = (at) => {
      if (at === length) return resolve(buffer);
      fs.read(inFd, buffer, at, length - at, null, (error, count) => {
        if (error) reject(error);
        else if (count === 0)
          process.exit(0); // the sandbox is gone
        else readFrom(at + count);
      });
    };
    readFrom(0);
  });
}

const rapidClient = {
  initializeClient() {},
  async next() {
    send({ t: 'next' });
    const length = (await readExactly(4)).readUInt32BE();
    return JSON.parse((await readExactly(length)).toString('utf8'));
  },
  done(_id, body) {
    send({ t: 'done', body });
  },
  error(_id, body) {
    send({ t: 'error', body });
  },
};

const initErrors = {
  Agent: class {},
  request(_options, callback) {
    const request = new EventEmitter();
    request.end = (body) => {
      send({ t: 'initError', body: String(body) });
      const response = new EventEmitter();
      callback(response);
      setImmediate(() => response.emit('end'));
    };
    return request;
  },
};

const load = Module._load;
Module._load = function (request, parent, isMain) {
  if (parent && parent.filename === client) {
    if (request === './rapid-client.node') return rapidClient;
    if (request === 'http') return initErrors;
  }
  return load.call(this, request, parent, isMain);
};

// --- AWS's host names (an API's requestContext.domainName, an endpoint out of the Terraform) lead to the sandbox
const sandbox = new URL(process.env.AWS_ENDPOINT_URL);
const isAws = (host) => /(^|\.)(amazonaws\.com|api\.aws|on\.aws)$/.test(host || '');
const plainRequest = http.request;

function redirecting(original) {
  return function (...all) {
    const args = [...all];
    let options = {};
    if (typeof args[0] === 'string' || args[0] instanceof URL) {
      const url = new URL(args.shift());
      options = { hostname: url.hostname, path: url.pathname + url.search };
    }
    if (args[0] && typeof args[0] === 'object') options = { ...options, ...args.shift() };
    const host = (options.hostname || options.host || '').replace(/:\d+$/, '');
    if (!isAws(host)) return original.apply(this, all);
    const { hostname, port } = sandbox;
    const there = { protocol: 'http:', host: undefined, hostname, port, agent: undefined };
    return plainRequest({ ...options, ...there, path: `/_host/${host}${options.path || '/'}` }, ...args);
  };
}
for (const mod of [http, https]) {
  const request = redirecting(mod.request);
  mod.request = request;
  mod.get = (...args) => {
    const it = request(...args);
    it.end();
    return it;
  };
}

const plainFetch = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const url = new URL(input instanceof Request ? input.url : input);
  if (!isAws(url.hostname)) return plainFetch(input, init);
  const there = `${sandbox.origin}/_host/${url.hostname}${url.pathname}${url.search}`;
  return plainFetch(input instanceof Request ? new Request(there, input) : there, init);
};

// --- where Lambda's runtimes for Node have certificates
const certificates = process.env.SANDBOX_CERTIFICATES;
delete process.env.SANDBOX_CERTIFICATES;
const plainRead = fs.readFileSync;
if (certificates) {
  fs.readFileSync = (file, ...rest) => plainRead(file === '/var/runtime/ca-cert.pem' ? certificates : file, ...rest);
}
Module.syncBuiltinESMExports();

// --- databases speak no HTTP: a server of Amazon RDS is one on loopback, which whoever started the sandbox has named
const databases = JSON.parse(process.env.SANDBOX_DATABASES || '{}');
delete process.env.SANDBOX_DATABASES;
const plainConnect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...all) {
  const [first, second] = all;
  // a port and a host, options, or both as `net.connect` has put them into a list
  const options = Array.isArray(first) ? first[0] : typeof first === 'object' ? first : { port: first, host: second };
  if (!/\.rds\.amazonaws\.com$/.test(options.host || '')) return plainConnect.apply(this, all);
  const port = databases[options.port];
  if (port === undefined) throw new Error(`the sandbox has no database server for port ${options.port}`);
  const there = { ...options, host: '127.0.0.1', port };
  const done = Array.isArray(first) ? first[1] : all.findLast((one) => typeof one === 'function');
  return done ? plainConnect.call(this, there, done) : plainConnect.call(this, there);
};

process.argv.length = 2;
import(pathToFileURL(client).href)
  .then((runtime) => runtime.run(process.cwd(), handler))
  .catch((error) =>
    setImmediate(() => {
      throw error;
    }),
  );
