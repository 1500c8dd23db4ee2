// Reads the process's own variables, which are not those that a test file sees.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
const { default: Runtime } = require('jest-runtime');

/**
 * Jest loads every module anew for each test file, and each changed line runs several. Changes are in this repository's files
 * only, so that large packages are loaded once and stay.
 */
module.exports = class extends Runtime {
  requireModuleOrMock(from, moduleName) {
    const isPackage = /^(@aws-sdk\/|@smithy\/|zod$)/.test(moduleName);
    return isPackage ? require(moduleName) : super.requireModuleOrMock(from, moduleName);
  }
};
