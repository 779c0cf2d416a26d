/** Stands for the AWS SDK in bundles that no test runs. */
export {};
