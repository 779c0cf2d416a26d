// Keeps what code under test logs with console.error off the screen, and at hand.

/** Call it inside `describe`; the result gives what was logged since the test began. */
export function captureErrors(): () => unknown[] {
  const original = console.error;
  let logged: unknown[] = [];
  beforeEach(() => {
    logged = [];
    console.error = (...args: unknown[]) => void logged.push(...args);
  });
  afterEach(() => {
    console.error = original;
  });
  return () => logged;
}
