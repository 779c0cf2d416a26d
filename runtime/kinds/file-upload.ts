// Files of the project that a deployment puts into a bucket.
import { type ClassDecoratorOf, noop } from '../core/decorator.js';
import type { StagesOption } from '../core/function-options.js';
import type { FileStorageBucketReference } from './file-storage-bucket.js';

export type FileUploadOptions = StagesOption &
  FileStorageBucketReference & {
    /** A file or a folder of the project, relative to the project's folder. */
    localPath: string;
    /** Where a file goes, its name included; what a folder's content goes under, `''` for the bucket's root. */
    targetPath: string;
    /**
     * In text files, puts live values in the place of `${NIMBUS_REST_API_URL}`, `${NIMBUS_WEBSOCKET_API_URL}` and
     * `${BUCKETNAME_URL}` of a website. Any other `${...}` stays as it is. Default false.
     */
    substituteNimbusVariables?: boolean;
    /** A regular expression: only files in whose path, relative to `localPath`, it is found get values. */
    substituteNimbusVariablesFileRegex?: string;
  };

/** Uploads a file, or all files of a folder, with each deployment that changes them. On any class. */
export function FileUpload(_options: FileUploadOptions): ClassDecoratorOf {
  return noop;
}
