// Required into every node process of a task or probe: it lives in a VPC, so its ports and names are the VPC's, not this machine's.
// REHEARSAL_PORTS    "8080=21001": a port that the process listens on, and the loopback port that stands for it
// REHEARSAL_DATAGRAMS  the same for UDP, for what it sends to
// REHEARSAL_NETWORK  the VPC's file: {"addresses":{"10.0.10.5:8080":21001},"names":{"fraud-detection.payment-dev.internal":["10.0.10.5"]}}
// REHEARSAL_PARENT   process id of the local cloud: the process ends when it is gone
// AWS_ENDPOINT_URL   the local cloud itself, always reachable
// Plain JavaScript: it runs unbuilt in whatever Node the task runs.
'use strict';
const dgram = require('node:dgram');
const fs = require('node:fs');
const net = require('node:net');

const LOOPBACK = '127.0.0.1';
const OWN = /^(localhost|127\..*|::1|0\.0\.0\.0|::)$/i;
const mapOf = (text) =>
  new Map(
    (text || '')
      .split(',')
      .filter(Boolean)
      .map((pair) => pair.split('=').map(Number)),
  );
const ports = mapOf(process.env.REHEARSAL_PORTS);
const datagrams = mapOf(process.env.REHEARSAL_DATAGRAMS);

function network() {
  try {
    return JSON.parse(fs.readFileSync(process.env.REHEARSAL_NETWORK, 'utf8'));
  } catch {
    return { addresses: {}, names: {} };
  }
}

function endpointPort() {
  try {
    return Number(new URL(process.env.AWS_ENDPOINT_URL).port);
  } catch {
    return undefined;
  }
}

function failure(code, syscall, host, port) {
  const at = code === 'ENOTFOUND' ? host : `${host}:${port}`;
  return Object.assign(new Error(`${syscall} ${code} ${at}`), { code, syscall, address: host, hostname: host, port });
}

/** The loopback port that a connection to host:port goes to. Throws what the system would report where nothing answers. */
function route(host, port) {
  if (OWN.test(host)) {
    if (ports.has(port)) return ports.get(port);
    if (port === endpointPort()) return port;
    throw failure('ECONNREFUSED', 'connect', host, port);
  }
  const { addresses, names } = network();
  const name = host.toLowerCase().replace(/\.$/, '');
  const known = net.isIP(host) ? [host] : names[name] || names[name.replace(/^[^.]*/, '*')];
  if (!known || !known.length) throw failure('ENOTFOUND', 'getaddrinfo', host, port);
  const address = known[Math.floor(Math.random() * known.length)];
  const found = addresses[`${address}:${port}`];
  if (found) return found;
  const answers = Object.keys(addresses).some((key) => key.startsWith(`${address}:`));
  throw failure(answers ? 'ECONNREFUSED' : 'ETIMEDOUT', 'connect', address, port);
}

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  // net.connect() hands over its arguments normalized to [options, callback]; callers of socket.connect() do not.
  const normalized = Array.isArray(args[0]) ? args[0] : undefined;
  let options = normalized ? normalized[0] : args[0];
  if (typeof options !== 'object' || options === null) {
    if (typeof options === 'string' && !/^\d+$/.test(options)) return connect.apply(this, args); // a path
    options = { port: options, host: typeof args[1] === 'string' ? args[1] : undefined };
  }
  if (options.path || options.port === undefined) return connect.apply(this, args);
  const callback = normalized ? normalized[1] : args.find((a) => typeof a === 'function');
  try {
    const port = route(String(options.host || 'localhost'), Number(options.port));
    const { lookup: _lookup, ...rest } = options;
    return connect.call(this, { ...rest, host: LOOPBACK, port, family: 4 }, ...(callback ? [callback] : []));
  } catch (error) {
    this.connecting = true;
    process.nextTick(() => this.destroy(error));
    return this;
  }
};

// Datagrams go to what listens within the task, and nowhere else: nobody learns that they were lost.
const { send } = dgram.Socket.prototype;
dgram.Socket.prototype.send = function (message, ...args) {
  const callback = args.find((a) => typeof a === 'function');
  const numbers = args.filter((a) => typeof a === 'number');
  const [offset, length] = numbers.length === 3 ? numbers : [0, message.length];
  const address = args.find((a) => typeof a === 'string') || 'localhost';
  const port = numbers[numbers.length - 1];
  // A socket that is still to be bound calls send() again once it is.
  const again = [...datagrams.values()].includes(port) ? port : undefined;
  const found = OWN.test(address) ? (datagrams.get(port) ?? again) : undefined;
  if (!found) return void (callback && process.nextTick(callback, null, length));
  const content = numbers.length === 3 ? Buffer.from(message).subarray(offset, offset + length) : message;
  return send.call(this, content, found, LOOPBACK, callback);
};

const { listen } = net.Server.prototype;
net.Server.prototype.listen = function (...args) {
  const first = args[0];
  const isOptions = typeof first === 'object' && first !== null;
  const asked = isOptions ? first.port : typeof first === 'function' || first === undefined ? 0 : first;
  if (asked === undefined || asked === null || !/^\d+$/.test(String(asked))) return listen.apply(this, args); // a path or a handle
  const own = Number(asked);
  const callback = args.find((a) => typeof a === 'function');
  // A port that the task definition does not map is reachable within this process only.
  this.once('listening', () => {
    const { port } = this.address();
    ports.set(own || port, port);
  });
  const options = { ...(isOptions ? first : {}), host: LOOPBACK, port: ports.get(own) || 0 };
  return listen.call(this, options, ...(callback ? [callback] : []));
};

const parent = Number(process.env.REHEARSAL_PARENT);
if (parent) {
  setInterval(() => {
    try {
      process.kill(parent, 0);
    } catch {
      process.exit(1);
    }
  }, 500).unref();
}
