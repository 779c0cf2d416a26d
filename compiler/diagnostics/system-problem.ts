/** Why the operating system refused, in words; never with a path of the machine or a stack. */

const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EROFS: 'the file system is read-only',
  ENOENT: 'it does not exist',
  ENOTDIR: 'a part of the path is a file',
  EISDIR: 'it is a folder',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is exceeded',
  EBUSY: 'it is in use',
  EMFILE: 'too many open files',
  EIO: 'input/output error',
};

export function systemProblem(error: unknown): string {
  const code = systemCode(error);
  return code === null ? 'unknown error' : (WORDS[code] ?? code);
}

/** `ENOSPC` and the like; null for anything that is no error of the system. */
export function systemCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' ? error.code : null;
}
