/** NIM1260 to NIM1269: the comments that silence a warning. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { didYouMean, quote } from '../words.js';

const GOOD = `
  // nimbusc-ignore-next NIM1602 -- read by the billing department's own job
  @DocumentStore()
  export class Invoice {
    @Key() id = '';
  }`;

export const suppressionCodes = defineCodes({
  NIM1260: code<{ code: string; nearest: string | null }>({
    slug: 'suppression-of-unknown-code',
    severity: 'warning',
    message: ({ code: wanted }) => `the comment suppresses ${quote(wanted)}, which is no diagnostic code`,
    hint: ({ nearest }) =>
      didYouMean(nearest, 'the code stands in square brackets in front of each message, as in "warning[NIM1602]"'),
    explain: page({
      what: 'A suppression names a code that does not exist.',
      why: `Codes are never renumbered, so this is a typing mistake, and the warning that is meant is still reported.`,
      bad: `
        // nimbusc-ignore-next NIM162 -- read by the billing department's own job
        @DocumentStore()
        export class Invoice {
          @Key() id = '';
        }`,
      good: GOOD,
    }),
  }),

  NIM1261: code<{ code: string }>({
    slug: 'suppression-unused',
    severity: 'warning',
    message: ({ code: wanted }) => `the comment suppresses ${wanted}, but nothing reports it on the next line`,
    hint: () => 'remove the comment, or move it to the line above the one that the warning points at',
    explain: page({
      what: 'A suppression suppresses nothing.',
      why: `
        The warning is gone, or it points at another line. A comment that stays would silence the next warning of this
        code on that line, which may be a real one.`,
      bad: `
        // nimbusc-ignore-next NIM1602 -- read by the billing department's own job

        export const nothing = 1;`,
      good: GOOD,
    }),
  }),

  NIM1262: code<{ code: string }>({
    slug: 'suppression-without-reason',
    severity: 'warning',
    message: ({ code: wanted }) => `the comment suppresses ${wanted} without a reason, so it has no effect`,
    hint: ({ code: wanted }) => `write // nimbusc-ignore-next ${wanted} -- and why the warning does not matter here`,
    explain: page({
      what: 'A suppression does not say why.',
      why: `In a year somebody has to decide whether the comment may go. The reason follows two dashes.`,
      bad: `
        // nimbusc-ignore-next NIM1602
        @DocumentStore()
        export class Invoice {
          @Key() id = '';
        }`,
      good: GOOD,
    }),
  }),

  NIM1263: code<{ code: string }>({
    slug: 'suppression-of-error',
    severity: 'warning',
    message: ({ code: wanted }) => `the comment suppresses ${wanted}, which is an error and cannot be suppressed`,
    hint: ({ code: wanted }) => `remove the comment; "nimbusc explain ${wanted}" says how to solve the problem itself`,
    explain: page({
      what: 'A suppression names the code of an error.',
      why: `After an error there is no correct output, so there is nothing that could be built in spite of it.`,
      bad: `
        // nimbusc-ignore-next NIM1201 -- works on my machine
        @DocumentStore({ fast: true })
        export class Invoice {
          @Key() id = '';
        }`,
      good: `
        @DocumentStore()
        export class Invoice {
          @Key() id = '';
        }`,
    }),
  }),

  NIM1264: code<{ text: string }>({
    slug: 'suppression-malformed',
    severity: 'warning',
    message: ({ text }) => `${quote(text)} is no suppression that nimbusc understands`,
    hint: () => 'write // nimbusc-ignore-next NIM1234 -- reason',
    explain: page({
      what: 'A comment looks like a suppression but does not have its form.',
      why: `
        There is one form, and it covers the next line of code only: a whole file or folder is never silenced by a
        comment. To change a warning everywhere, set its severity in the configuration under "diagnostics".`,
      bad: `
        // nimbusc-ignore-line NIM1602 -- read by the billing department's own job
        @DocumentStore()
        export class Invoice {
          @Key() id = '';
        }`,
      good: GOOD,
    }),
  }),
});
