import { synthesize } from '../stacks/support';

// Run by itself: the rule engine takes ten times as long inside jest.
synthesize({ validation: true });
