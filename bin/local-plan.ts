/**
 * A process of its own for the local cloud: compiles the project in the folder of the first argument, for the stage of the
 * second (or all), and writes a `LocalPlanResult` as JSON. Test runners replace modules, globals and timers in their own
 * process; here there are none of them.
 */
import process from 'node:process';

const { writeLocalPlan } = await import('./write-local-plan.js');
const [project = '.', stage] = process.argv.slice(2);
await writeLocalPlan(project, stage);
