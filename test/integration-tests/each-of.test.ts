import { eachOf } from '../../integration-tests/support/each-of';

const made: string[] = [];
eachOf(['s3'])('looks at %s', (name) => {
  made.push(name);
  return Promise.resolve();
});
eachOf<string>([])('looks at %s', () => Promise.reject(new Error('there is nothing to look at')));

test('makes a check for each, and none of nothing', () => expect(made).toEqual(['s3']));
