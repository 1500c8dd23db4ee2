export const usage = `npm run drills -- [options]

Seeds faults into a rehearsal, one after the other, and shows who caught each: nothing is promoted, nobody notices.

  --only NAME      run this drill; may be repeated (default: all)
  --list           show the drills' names and what they seed
  --results FILE   write how many went as expected, as Jest counts them
  --verbose        show what the tools and the local cloud say
  --help           show this`;
