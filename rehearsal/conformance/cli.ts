// npm run conformance: what of the local cloud's beliefs AWS confirms.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { conformance } from './main';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

const configuration = JSON.parse(readFileSync(join(__dirname, '../../configuration.json'), 'utf8')) as {
  tooling: { account: string; region?: string };
};

void conformance({
  args: process.argv.slice(2),
  variables: process.env,
  tooling: configuration.tooling,
  say: (line) => console.log(line),
}).then((code) => {
  process.exitCode = code;
});
