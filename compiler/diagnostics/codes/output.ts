/** NIM50xx: writing the output. Paths are given as the user knows them: relative to the project folder. */
import { code, defineCodes } from '../diagnostic.js';
import { page } from '../page.js';
import { quote } from '../words.js';

export const outputCodes = defineCodes({
  NIM5001: code<{ path: string }>({
    slug: 'output-is-a-file',
    severity: 'error',
    message: ({ path }) => `the output folder ${quote(path)} is a file`,
    hint: () => 'remove the file, or choose another folder with "out" in the configuration or --out',
    explain: page({
      what: 'A file stands where the output folder belongs.',
      why: `nimbusc removes only files that it has written itself, so it does not touch this one.`,
      bad: { sh: `touch nimbus.out && nimbusc build` },
      good: { sh: `rm nimbus.out && nimbusc build` },
    }),
  }),

  NIM5002: code<{ path: string; problem: string }>({
    slug: 'output-not-writable',
    severity: 'error',
    message: ({ path, problem }) => `${quote(path)} cannot be written: ${problem}`,
    hint: () => 'check the permissions of the output folder, or choose another one with --out; the previous output is untouched',
    explain: page({
      what: 'The operating system does not let nimbusc write the output.',
      why: `
        A build is written beside the previous output and then takes its place, so a failed build leaves the previous
        output whole.`,
      bad: { sh: `chmod a-w nimbus.out && nimbusc build` },
      good: { sh: `nimbusc build --out build/terraform` },
    }),
  }),

  NIM5003: code<{ path: string }>({
    slug: 'disk-full',
    severity: 'error',
    message: ({ path }) => `there is no space left to write ${quote(path)}`,
    hint: () => 'free some space and build again; the previous output is untouched',
    explain: page({
      what: 'The disk is full.',
      why: `What was written of the new output is removed again.`,
      bad: { sh: `nimbusc build --out /mnt/small` },
      good: { sh: `nimbusc build --out build/terraform` },
    }),
  }),

  NIM5004: code<{ path: string; problem: string }>({
    slug: 'output-folder-unsuitable',
    severity: 'error',
    message: ({ path, problem }) => `${quote(path)} cannot be the output folder: ${problem}`,
    hint: () => 'choose a folder of its own, such as "nimbus.out"',
    explain: page({
      what: 'The output folder is one that holds other things.',
      why: `
        The project folder itself, a folder above it, or one with source files would mix what is written by hand with
        what is generated.`,
      bad: {
        yaml: `
          projectName: chat
          out: .`,
      },
      good: {
        yaml: `
          projectName: chat
          out: nimbus.out`,
      },
    }),
  }),

  NIM5005: code<{ path: string }>({
    slug: 'output-path-taken',
    severity: 'error',
    message: ({ path }) => `${quote(path)} is in the way and was not written by nimbusc`,
    hint: () => 'move it elsewhere; nimbusc never overwrites or removes what it has not written',
    explain: page({
      what: 'Something stands where a generated file belongs.',
      why: `
        The manifest of the last build lists what nimbusc has written. Anything else in the output folder, such as
        Terraform's state, is left alone.`,
      bad: { sh: `mkdir nimbus.out/dev/cdk.tf.json && nimbusc build` },
      good: { sh: `rmdir nimbus.out/dev/cdk.tf.json && nimbusc build` },
    }),
  }),
});
