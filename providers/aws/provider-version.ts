/** Which versions of Terraform's AWS provider a constraint admits (developer.hashicorp.com/terraform/language/expressions/version-constraints). */

type Version = readonly [major: number, minor: number, patch: number];

const PART = /^\s*(=|!=|>=|<=|>|<|~>)?\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-[0-9A-Za-z.-]+)?\s*$/;

interface Condition {
  readonly operator: string;
  readonly version: Version;
  /** Numbers that were written: `~> 5.100` has two. */
  readonly precision: number;
}

/** Whether a constraint that the configuration's schema accepts admits any version from `least` on. */
export function admitsFrom(constraint: string, least: Version): boolean {
  const conditions = constraint.split(',').map(conditionOf);
  // Conditions tell numbers apart only at those that they name, so one number between any two of these stands for all.
  const numbers = ([0, 1, 2] as const).map((index) => [
    ...new Set([0, ...[least, ...conditions.map(({ version }) => version)].flatMap((v) => [v[index], v[index] + 1])]),
  ]) as [number[], number[], number[]];
  const [majors, minors, patches] = numbers;
  return majors.some((major) =>
    minors.some((minor) =>
      patches.some((patch) => {
        const version = [major, minor, patch] as const;
        return compare(version, least) >= 0 && conditions.every((condition) => holds(condition, version));
      }),
    ),
  );
}

function conditionOf(text: string): Condition {
  const [, operator = '=', major, minor, patch] = PART.exec(text) ?? [];
  if (major === undefined) throw new Error(`no version constraint: ${text}`);
  const precision = patch !== undefined ? 3 : minor !== undefined ? 2 : 1;
  return { operator, precision, version: [Number(major), Number(minor ?? 0), Number(patch ?? 0)] };
}

function holds({ operator, version, precision }: Condition, candidate: Version): boolean {
  const order = compare(candidate, version);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>=':
      return order >= 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '<':
      return order < 0;
    default:
      // the last number that was written may grow
      return order >= 0 && version.slice(0, precision - 1).every((number, index) => number === candidate[index]);
  }
}

function compare(a: Version, b: Version): number {
  return a[0] - b[0] || a[1] - b[1] || a[2] - b[2];
}
