/** Content types of files by their extension, as browsers want them. Not a kind itself. */

const TEXT: { readonly [extension: string]: string } = {
  css: 'text/css',
  csv: 'text/csv',
  htm: 'text/html',
  html: 'text/html',
  ics: 'text/calendar',
  js: 'text/javascript',
  json: 'application/json',
  jsonld: 'application/ld+json',
  map: 'application/json',
  md: 'text/markdown',
  mjs: 'text/javascript',
  rss: 'application/rss+xml',
  svg: 'image/svg+xml',
  txt: 'text/plain',
  vtt: 'text/vtt',
  webmanifest: 'application/manifest+json',
  xhtml: 'application/xhtml+xml',
  xml: 'application/xml',
  yaml: 'application/yaml',
  yml: 'application/yaml',
};

const BINARY: { readonly [extension: string]: string } = {
  aac: 'audio/aac',
  apng: 'image/apng',
  avif: 'image/avif',
  bmp: 'image/bmp',
  br: 'application/octet-stream',
  gif: 'image/gif',
  gz: 'application/gzip',
  ico: 'image/x-icon',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  m4a: 'audio/mp4',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  otf: 'font/otf',
  pdf: 'application/pdf',
  png: 'image/png',
  tar: 'application/x-tar',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  ttf: 'font/ttf',
  wasm: 'application/wasm',
  wav: 'audio/wav',
  weba: 'audio/webm',
  webm: 'video/webm',
  webp: 'image/webp',
  woff: 'font/woff',
  woff2: 'font/woff2',
  zip: 'application/zip',
};

/**
 * By the extension of the first path that has a known one. `binary`: known not to be text, whatever its bytes look like.
 * Files of unknown extensions are taken for what they hold.
 */
export function contentTypeOf(paths: readonly string[], isText: boolean): { readonly type: string; readonly binary: boolean } {
  for (const path of paths) {
    const extension = /[^/]\.([^./]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';
    if (Object.hasOwn(BINARY, extension)) return { type: BINARY[extension] as string, binary: true };
    if (Object.hasOwn(TEXT, extension)) return { type: `${TEXT[extension]}; charset=utf-8`, binary: !isText };
  }
  return { type: isText ? 'text/plain; charset=utf-8' : 'application/octet-stream', binary: !isText };
}
