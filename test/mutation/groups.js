const programs = (...names) => names.map((name) => `pipeline/programs/${name}.ts`);
const guarded = ['effects', 'exceptions', 'guarded-types', 'listener-rules', 'objections', 'retention'];

/**
 * What is changed, and the tests that have to notice. Each group has to reach the threshold by itself. Decisions are functions of
 * plain values: no other tests than their own are run for them, and those mock nothing.
 */
module.exports.groups = {
  'promotion-decisions': { mutate: ['promotion/decisions/**/*.ts'], tests: 'test/promotion/decisions/*.test.ts' },
  promotion: { mutate: ['promotion/*.ts'], tests: 'test/promotion/*.test.ts' },
  evidence: { mutate: ['promotion/evidence/*.ts'], tests: 'test/promotion/evidence/*.test.ts' },
  'change-guard-decisions': {
    mutate: programs(...guarded),
    tests: 'test/pipeline/programs/{effects,exceptions,listener-rules,objections,retention}.test.ts',
  },
  'change-guard': {
    mutate: programs('change-guard', 'exceptions-file', 'guard-texts', 'live-forwards', 'prepared-stack', 'template'),
    tests:
      'test/pipeline/programs/{change-guard,change-guard-exceptions,change-guard-forwards,external-secrets}.test.ts',
  },
  // The evaluator; managed policies beside it are data, and their test starts a local cloud.
  iam: {
    mutate: ['rehearsal/cloud/iam/{conditions,evaluate,networks,operators,pattern,policy,principals,statement}.ts'],
    tests: 'rehearsal/test/iam/{conditions,evaluate,pattern,statements}.test.ts',
  },
};
