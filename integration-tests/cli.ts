import { main } from './main';
import { suites } from './suites';

// The SDK announces the end of its support for a Node version on every start; it is no news to a person who reads checks.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';

void main(process.argv.slice(2), suites).then((code) => {
  process.exitCode = code;
});
