// New code for the function that runs after a deployment.
export const after = async (event) => ({ again: event.version });
