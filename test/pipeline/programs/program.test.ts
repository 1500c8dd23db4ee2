import { needed, program, Refusal, WrongUsage } from '../../../pipeline/programs/program';
import { whenMain } from '../../../pipeline/when-main';
import { runWork } from './support';

const failing = (error: Error) => () => Promise.reject(error);

test('work that ends ends with 0', async () => {
  const { code, said } = await runWork(async ({ args, say }) => say(args.join()), { args: ['one', 'two'] });
  expect([code, said]).toEqual([0, 'one,two']);
});

test('a refusal ends with 1, and only its own words', async () => {
  expect(await runWork(failing(new Refusal('Not so.')))).toEqual({ code: 1, said: 'Not so.' });
});

test('wrong usage ends with 2', async () => {
  expect(await runWork(failing(new WrongUsage('Which?')))).toEqual({ code: 2, said: 'Which?' });
});

test('any other error ends with 1, and tells its kind', async () => {
  expect(await runWork(failing(new RangeError('far')))).toEqual({ code: 1, said: 'RangeError: far' });
});

test('a missing variable is wrong usage, and named', () => {
  expect(needed({ STAGE: 'dev' }, 'STAGE')).toBe('dev');
  expect(() => needed({}, 'STAGE')).toThrow(
    new WrongUsage("The environment variable STAGE is missing: the pipeline's step sets it"),
  );
});

describe('a file', () => {
  const { exitCode } = process;
  afterEach(() => void (process.exitCode = exitCode));

  test('that node was started with does its work, and its exit code is the process’s', async () => {
    const log = jest.spyOn(console, 'log').mockImplementation();
    program(require.main!, failing(new Refusal('Not so.')));
    await new Promise(setImmediate);
    expect(process.exitCode).toBe(1);
    expect(log).toHaveBeenCalledWith('Not so.');
    log.mockRestore();
  });

  test('that is imported does nothing', () => {
    const work = jest.fn();
    whenMain({} as NodeJS.Module, work);
    expect(work).not.toHaveBeenCalled();
  });
});
