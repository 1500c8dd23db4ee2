import eslint from '@eslint/js';
import tseslint from 'typescript-eslint';

// What Node.js has, and what it gives to CommonJS modules.
const globals = [...Object.getOwnPropertyNames(globalThis), 'require', 'module', 'exports', '__dirname', '__filename'];

export default tseslint.config(
  { ignores: ['**/node_modules/', 'cdk.out/', 'build/', 'coverage/', 'reports/'] },
  eslint.configs.recommended,
  ...tseslint.configs.recommended,
  {
    languageOptions: { globals: Object.fromEntries(globals.map((name) => [name, 'readonly'])) },
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-require-imports': 'off',
      'no-redeclare': ['error', { builtinGlobals: false }],
      eqeqeq: ['error', 'smart'],
      'prefer-const': 'error',
    },
  },
  {
    // The local cloud handles templates and wire shapes whose types only AWS's own models know.
    files: ['rehearsal/**/*.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off' },
  },
);
