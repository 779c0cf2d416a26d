/** A cached file turned out not to be what it was. The build starts again without a cache; output is never made from it. */
export class DamagedCache extends Error {}
