/* global exports, URL */
// The probe's whole code: it becomes part of the template, which takes 4096 characters.
const clients = { 'http:': require('node:http'), 'https:': require('node:https') };

// {method, url, host, headers, body, insecure, timeout} -> {status, headers, body, milliseconds} or {error, milliseconds}.
// `insecure` accepts any certificate: a stage's own name is not on a certificate for the public one.
exports.handler = (event) =>
  new Promise((resolve) => {
    const started = Date.now();
    const end = (answer) => resolve({ ...answer, milliseconds: Date.now() - started });
    const fail = (error) => end({ error: error.code ? `${error.code}: ${error.message}` : error.message });
    try {
      const url = new URL(event.url);
      const request = clients[url.protocol].request(
        url,
        {
          method: event.method || 'GET',
          headers: { ...(event.host && { host: event.host }), ...event.headers },
          servername: event.host,
          rejectUnauthorized: !event.insecure,
          timeout: event.timeout || 10000,
          agent: false,
        },
        (response) => {
          let body = '';
          response.setEncoding('utf8');
          response.on('data', (part) => (body += part));
          response.on('error', fail);
          response.on('end', () => end({ status: response.statusCode, headers: response.headers, body }));
        },
      );
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', fail);
      request.end(event.body);
    } catch (error) {
      fail(error);
    }
  });
