/** What starting nimbusc costs over starting node. */
import { measureNode } from './measure.js';
import { nimbuscCli } from './nimbusc.js';
import { type Cell, markdownTable } from './report.js';
import { median, pairedDifference } from './statistics.js';

/** Short runs vary more, and cost little. */
const RUNS_AT_LEAST = 15;

export async function measureStartup(runs: number, folder: string): Promise<string> {
  const node: number[] = [];
  const version: number[] = [];
  for (let round = 0; round <= Math.max(runs, RUNS_AT_LEAST); round++) {
    const bare = await measureNode(['-e', '0'], folder);
    const own = await measureNode([nimbuscCli, '--version'], folder);
    if (round === 0) continue;
    node.push(bare.seconds * 1000);
    version.push(own.seconds * 1000);
  }
  const rows: Cell[][] = [
    ['`node -e 0`', median(node).toFixed(0), '', ''],
    ['`nimbusc --version`', median(version).toFixed(0), pairedDifference(version, node).toFixed(0), 'under 60 over node'],
  ];
  return markdownTable(['what', 'ms', 'over node', 'aim'], rows);
}
