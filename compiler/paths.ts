/** Paths as nimbusc writes them: forward slashes, relative to the project. The only file that knows `node:path`. */
import * as path from 'node:path';

export const join = (...parts: string[]): string => path.resolve(...parts);

export const basename = (file: string): string => path.basename(file);

export const dirname = (file: string): string => path.dirname(file);

/** Back slashes to forward ones, on the platform that has them. */
export const forward = (file: string): string => (path.sep === '/' ? file : file.split(path.sep).join('/'));

/** `to` as seen from the folder `from`, with forward slashes. */
export const relative = (from: string, to: string): string => forward(path.relative(from, to));

/** Resolves `.` and `..` of a relative path with forward slashes. */
export const normalise = (file: string): string => path.posix.normalize(file);
