/** What a hub was last seen to serve of what installs KMM, as JSON: shown while the hub is away. '' before it was asked. */
export const served = `
alter table hub add column served_json text not null default '';
`;
