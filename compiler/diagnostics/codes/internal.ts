/** NIM90xx: mistakes of nimbusc itself. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';

export const internalCodes = defineCodes({
  NIM9001: code<{ phase: string; problem: string; report: string | null }>({
    slug: 'internal-error',
    severity: 'error',
    message: ({ phase, problem }) => `nimbusc itself failed while it tried to ${phase}: ${problem}`,
    hint: ({ report }) =>
      report === null
        ? 'this is a mistake in nimbusc, not in your project; please report it with the source that caused it'
        : `this is a mistake in nimbusc, not in your project; please report it with the file ${report}`,
    explain: page({
      what: 'nimbusc has a bug.',
      why: `
        No output is touched. The report file holds versions, the phase, the thing that was being compiled and the stack,
        but none of your source; look through it before you send it.`,
      bad: { sh: `nimbusc build    # exits with 70` },
      good: { sh: `nimbusc build --no-cache    # worth a try when the cache is to blame` },
    }),
  }),
});
