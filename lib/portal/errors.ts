/** Something that the portal or its OAuth server did not do. Never carries tokens or customer text. */
export class PortalError extends Error {}
