/** Where the lock is: beside the configuration. */
export const LOCK_FILE = 'nimbus.lock.json';
