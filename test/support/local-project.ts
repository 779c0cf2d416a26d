// A project of texts, simulated whole.
import { type LocalDeploymentOptions, LocalNimbusDeployment } from '../../providers/local/index.js';
import { type TempProject, tempProject } from './temp-project.js';

export interface LocalTestProject {
  readonly project: TempProject;
  readonly deployment: LocalNimbusDeployment;
  /** Of class `name` as the deployment runs it, for `getMethod` and the like: they go by the name. */
  named(name: string): new () => Record<string, (...args: never[]) => unknown>;
  remove(): void;
}

export async function localProject(
  files: Readonly<Record<string, string>>,
  options: LocalDeploymentOptions = {},
): Promise<LocalTestProject> {
  const project = tempProject(files);
  try {
    const deployment = await LocalNimbusDeployment.getNewInstance({ ...options, project: project.dir });
    return {
      project,
      deployment,
      named: (name) => ({ [name]: class {} })[name] as never,
      remove() {
        deployment.close();
        project.remove();
      },
    };
  } catch (error) {
    project.remove();
    throw error;
  }
}

/** Runs something without what functions log. Gives how often they did. */
export async function quietly(act: () => Promise<unknown>): Promise<number> {
  const { error } = console;
  let logged = 0;
  console.error = () => void logged++;
  try {
    await act();
  } finally {
    console.error = error;
  }
  return logged;
}
