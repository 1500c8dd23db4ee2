// A function's process. It takes invocations from the Lambda runtime API, as AWS's own runtimes do, and runs the handler.
// Plain JavaScript: it runs unbuilt, with nothing but node.
'use strict';
const http = require('node:http');
const path = require('node:path');

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(':');
const agent = new http.Agent({ keepAlive: true });

function api(method, where, body) {
  return new Promise((done, failed) => {
    const options = { host, port, method, path: `/2018-06-01/runtime/${where}`, agent };
    const request = http.request(options, (response) => {
      const chunks = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('error', failed);
      response.on('end', () => done({ headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    request.on('error', failed);
    request.end(body);
  });
}

const describe = (error) =>
  JSON.stringify({
    errorType: (error && error.name) || 'Error',
    errorMessage: String((error && error.message) || error),
    trace: String((error && error.stack) || '').split('\n'),
  });

function load() {
  const [file, name] = process.env._HANDLER.split('.');
  const found = require(path.join(process.env.LAMBDA_TASK_ROOT, file))[name];
  if (typeof found !== 'function') throw new Error(`${process.env._HANDLER} is undefined or not exported`);
  return found;
}

function run(handler, event, context) {
  return new Promise((done, failed) => {
    const callback = (error, result) => (error ? failed(error) : done(result));
    const result = handler(event, context, callback);
    if (result && typeof result.then === 'function') result.then(done, failed);
  });
}

async function main() {
  let handler;
  try {
    handler = load();
  } catch (error) {
    await api('POST', 'init/error', describe(error));
    process.exit(1);
  }
  for (;;) {
    const { headers, body } = await api('GET', 'invocation/next');
    const id = headers['lambda-runtime-aws-request-id'];
    const context = {
      awsRequestId: id,
      functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
      invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
      memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
      getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
    };
    try {
      const result = await run(handler, JSON.parse(body), context);
      await api('POST', `invocation/${id}/response`, JSON.stringify(result === undefined ? null : result));
    } catch (error) {
      await api('POST', `invocation/${id}/error`, describe(error));
    }
  }
}

// The local cloud has gone: so has the reason to run.
main().catch(() => process.exit(1));
