/** The seam to the outside: the compiler reads and writes through a `Host` and knows neither `process` nor the clock. */

/** Paths given to a host are absolute, with the platform's separators. Reads give null for what does not exist. */
export interface Host {
  readText(path: string): string | null;
  readBytes(path: string): Uint8Array | null;
  /** Set when what it reads is not on the disk under the same path, so that no other program can read it there. */
  readonly virtual?: true;
  /** Names in a folder, unsorted, null when it is no folder. */
  list(path: string): readonly { readonly name: string; readonly kind: 'file' | 'folder' | 'other' }[] | null;
  kind(path: string): 'file' | 'folder' | 'other' | null;
  /**
   * Size, time of change and identity of a file in one text: equal texts, equal content, as far as nobody goes out of
   * their way. Null when it is no file.
   */
  signature(path: string): string | null;
  /** The path with symbolic links resolved, or the path itself when it does not exist. */
  realPath(path: string): string;
  write(path: string, content: string | Uint8Array): void;
  makeFolder(path: string): void;
  /** Replaces `to` when it exists; atomic within one file system. */
  rename(from: string, to: string): void;
  /** A second name for the same file where the file system allows it, else a copy. `to` must not exist. */
  link(from: string, to: string): void;
  /** Removes a file or a folder with all that is in it; nothing happens when it does not exist. */
  remove(path: string): void;
  /** Identifies this run among those alive on the machine; part of names of temporary folders only. */
  readonly processId: number;
  isProcessAlive(id: number): boolean;
}
