// In the bundle, in the place of jest-runtime and jest-snapshot: jest-circus needs them only when Jest itself runs it.
export {};
