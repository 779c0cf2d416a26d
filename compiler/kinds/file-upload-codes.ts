/** NIM63xx: uploads of files, and the websites that they make. */
import { code, defineCodes } from '../diagnostics/diagnostic.js';
import { page } from '../diagnostics/page.js';
import { quote } from '../diagnostics/words.js';

const GOOD = `
  @FileStorageBucket({ bucketName: 'pages-of-my-shop', staticWebsite: true })
  @FileUpload({ bucketName: 'pages-of-my-shop', localPath: 'website', targetPath: '' })
  export class Website {}`;

const bad = (upload: string): string => `
  @FileStorageBucket({ bucketName: 'pages-of-my-shop', staticWebsite: true })
  @FileUpload({ bucketName: 'pages-of-my-shop', ${upload} })
  export class Website {}`;

export const uploadCodes = defineCodes({
  NIM6301: code<{ path: string }>({
    slug: 'upload-path-missing',
    severity: 'error',
    message: (p) => `there is no file or folder ${quote(p.path)}`,
    hint: () => 'localPath is relative to the folder of the project, where nimbus.yml lies',
    explain: page({
      what: 'A file or folder to be uploaded does not exist.',
      why: `
        "localPath" is relative to the folder of the project, not to the file with the decorator. If a tool makes the folder,
        it has to run before nimbusc.`,
      bad: bad("localPath: 'web-site', targetPath: ''"),
      good: GOOD,
    }),
  }),
  NIM6302: code<{ path: string; problem: string }>({
    slug: 'upload-unreadable',
    severity: 'error',
    message: (p) => `${quote(p.path)} cannot be uploaded: it ${p.problem}`,
    explain: page({
      what: 'Something that is to be uploaded cannot be read.',
      why: `
        Everything in the folder is uploaded. What cannot be read (no permission, a broken link, a socket, a link that leads
        in a circle) is an error, because a website without it would be another one.`,
      bad: `
        // website/logo.png is a link to a file that is not there
        ${bad("localPath: 'website', targetPath: ''").trim()}`,
      good: GOOD,
    }),
  }),
  NIM6303: code<{ path: string; link: string | null }>({
    slug: 'upload-outside-project',
    severity: 'error',
    message: (p) =>
      p.link === null ? `${quote(p.path)} lies outside of the project` : `${quote(p.link)} leads out of the project`,
    hint: () => 'copy what is to be uploaded into the folder of the project',
    explain: page({
      what: 'A file to be uploaded lies outside of the project, or is a link to one that does.',
      why: `
        A build depends on the folder of the project alone, so that it gives the same on every machine; and a link must not
        publish what its author did not mean to.`,
      bad: bad("localPath: '../website', targetPath: ''"),
      good: GOOD,
    }),
  }),
  NIM6304: code<{ path: string }>({
    slug: 'upload-folder-empty',
    severity: 'warning',
    message: (p) => `the folder ${quote(p.path)} holds no files, so nothing is uploaded`,
    hint: () => 'if a tool fills the folder, it has to run before nimbusc',
    explain: page({
      what: 'A folder to be uploaded is empty.',
      why: 'S3 has files and no folders, so an empty folder gives nothing.',
      bad: `
        // website/ holds nothing but empty folders
        ${bad("localPath: 'website', targetPath: ''").trim()}`,
      good: GOOD,
    }),
  }),
  NIM6305: code<{ target: string; problem: string; isFile: boolean }>({
    slug: 'upload-target-invalid',
    severity: 'error',
    message: (p) => `the target path ${quote(p.target)} ${p.problem}`,
    hint: (p) =>
      p.isFile
        ? 'the target of a file is its whole path in the bucket: images/logo.png'
        : "the target of a folder is what its files lie under: images, or '' for the root of the bucket",
    explain: page({
      what: 'A target path is none that a file of a bucket could have.',
      why: `
        A file goes to exactly the target path, so that must name a file; the files of a folder go under it. Empty segments
        and dots are legal in S3, but no browser would ask for such a path.`,
      bad: bad("localPath: 'website/index.html', targetPath: '/'"),
      good: bad("localPath: 'website/index.html', targetPath: 'index.html'"),
    }),
  }),
  NIM6306: code<{ problem: string }>({
    slug: 'upload-regex-invalid',
    severity: 'error',
    message: (p) => `the regular expression is invalid: ${p.problem}`,
    hint: () => "for the files whose names end with .html: '\\\\.html$'",
    explain: page({
      what: 'The "substituteNimbusVariablesFileRegex" is no regular expression.',
      why: `
        It is a regular expression as in JavaScript with the flag u, and is searched in the path of each file relative to
        "localPath".`,
      bad: bad(
        "localPath: 'website', targetPath: '',\n    substituteNimbusVariables: true, substituteNimbusVariablesFileRegex: '*.html'",
      ),
      good: bad(
        "localPath: 'website', targetPath: '',\n    substituteNimbusVariables: true, substituteNimbusVariablesFileRegex: '[.]html$'",
      ),
    }),
  }),
  NIM6307: code<{ key: string }>({
    slug: 'upload-target-twice',
    severity: 'error',
    message: (p) => `two uploads put a file at ${quote(p.key)}`,
    hint: () => 'give one of them another targetPath, or let them have different stages',
    explain: page({
      what: 'Two uploads of one stage have the same target.',
      why: 'One would overwrite the other, and nobody could tell which.',
      bad: `
        @FileStorageBucket({ bucketName: 'pages-of-my-shop', staticWebsite: true })
        @FileUpload({ bucketName: 'pages-of-my-shop', localPath: 'website', targetPath: '' })
        @FileUpload({ bucketName: 'pages-of-my-shop', localPath: 'other.html', targetPath: 'index.html' })
        export class Website {}`,
      good: GOOD,
    }),
  }),
  NIM6308: code<{ name: string; what: string; file: string }>({
    slug: 'upload-variable-without-api',
    severity: 'warning',
    message: (p) => `${p.file} asks for \${${p.name}}, but the stage has no ${p.what}`,
    hint: (p) => `deploy a ${p.what} to that stage; until then \${${p.name}} stays in the file as it is`,
    explain: page({
      what: 'A file asks for the URL of an API that the stage does not have.',
      why: `
        The HTTP API and the WebSocket API of a stage exist when some function answers them there. Without them their
        variables stay in the files as they are.`,
      bad: `
        // website/index.html has \${NIMBUS_REST_API_URL} in it
        ${bad("localPath: 'website', targetPath: '', substituteNimbusVariables: true").trim()}`,
      good: `
        ${bad("localPath: 'website', targetPath: '', substituteNimbusVariables: true").trim()}

        export class Shop {
          @HttpServerlessFunction({ method: 'GET', path: 'products' })
          list(): string[] { return []; }
        }`,
    }),
  }),
  NIM6309: code<{ path: string; out: string }>({
    slug: 'upload-holds-output',
    severity: 'error',
    message: (p) => `${quote(p.path)} holds the output folder ${quote(p.out)}, or lies in it`,
    hint: () => 'upload a folder that has nothing but the files of the website in it',
    explain: page({
      what: 'An upload would contain what nimbusc itself writes.',
      why: 'Each build would then find another folder than the one before, and the sources would be published with it.',
      bad: bad("localPath: '.', targetPath: ''"),
      good: GOOD,
    }),
  }),
  NIM6310: code<Record<string, never>>({
    slug: 'upload-regex-without-substitution',
    severity: 'warning',
    message: () => 'substituteNimbusVariablesFileRegex has no effect without substituteNimbusVariables',
    hint: () => 'add substituteNimbusVariables: true',
    explain: page({
      what: 'An upload says in which files variables are replaced, but not that they are.',
      why: 'Variables are only replaced with "substituteNimbusVariables".',
      bad: bad("localPath: 'website', targetPath: '',\n    substituteNimbusVariablesFileRegex: '[.]html$'"),
      good: bad(
        "localPath: 'website', targetPath: '',\n    substituteNimbusVariables: true, substituteNimbusVariablesFileRegex: '[.]html$'",
      ),
    }),
  }),
});
