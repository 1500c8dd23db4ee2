/** What is mutated, and the folders with the tests that must notice. Each group has to reach the threshold by itself. */
module.exports.groups = {
  // The decisions' own tests have to notice, with plain values: no other test is run for them.
  'promotion-decisions': { mutate: ['promotion/decisions/**/*.ts'], tests: ['test/promotion/decisions'] },
  promotion: { mutate: ['promotion/*.ts'], tests: ['test/promotion'] },
  'change-guard': {
    mutate: [
      'pipeline/programs/{change-guard,effects,exceptions,exceptions-file,guard-texts,guarded-types,listener-rules}.ts',
      'pipeline/programs/{live-forwards,objections,prepared-stack,retention,template}.ts',
    ],
    tests: ['test/pipeline/programs'],
  },
  iam: { mutate: ['rehearsal/cloud/iam/**/*.ts'], tests: ['rehearsal/test/iam'] },
};
