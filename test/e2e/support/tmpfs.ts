// A small file system of its own for one command, in a mount namespace that ends with it. Linux, root or user namespaces.
import { tmpdir } from 'node:os';
import { type Finished, run } from './run.js';

/** Mounts, takes the former content over, prepares, runs the command, and lists what is there afterwards. */
const SCRIPT = `
mount -t tmpfs -o size=2m none "$FOLDER" || exit 99
cp -a "$CONTENT/." "$FOLDER"
eval "$PREPARE"
"$@" >&2
code=$?
cd "$FOLDER" && find . -type f -exec sha256sum {} +
exit $code
`;

export interface OnTmpfs {
  readonly finished: Finished;
  /** Relative paths to hashes, in the end. */
  readonly tree: Readonly<Record<string, string>>;
}

let namespaces: Promise<readonly string[] | null> | undefined;

/** The way to a mount namespace; null where there is none. */
function findNamespaces(): Promise<readonly string[] | null> {
  namespaces ??= (async () => {
    for (const flags of [['-m'], ['-m', '-r']]) {
      const { status } = await run('unshare', [...flags, 'mount', '-t', 'tmpfs', 'none', tmpdir()]);
      if (status === 0) return flags;
    }
    return null;
  })();
  return namespaces;
}

/**
 * Runs a command with a file system of 2 MB at the folder, which holds a copy of `content` and which the shell commands of
 * `prepare` have made what the test needs. Null where this machine does not allow that.
 */
export async function onTmpfs(
  folder: string,
  content: string,
  prepare: string,
  command: readonly string[],
): Promise<OnTmpfs | null> {
  const flags = await findNamespaces();
  if (flags === null) return null;
  const env = { ...process.env, FOLDER: folder, CONTENT: content, PREPARE: prepare };
  const finished = await run('unshare', [...flags, 'sh', '-c', SCRIPT, 'sh', ...command], { env, timeoutSeconds: 60 });
  const lines = finished.stdout.split('\n').map((line) => /^(\w{64}) {2}\.\/(.*)$/.exec(line));
  return { finished, tree: Object.fromEntries(lines.flatMap((found) => (found ? [[found[2], found[1]]] : []))) };
}
