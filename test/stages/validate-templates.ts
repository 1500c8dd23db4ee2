import { systems } from '../../stages/systems';
import { synthesize } from '../stacks/support';

// Run by itself: the rule engine takes ten times as long inside jest.
for (const system of systems) synthesize({ system, validation: true });
