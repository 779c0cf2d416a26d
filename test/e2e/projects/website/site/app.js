const a = 1;
export const text = `${a} ${`${a + 1}`} \${a} $${a} ${location.origin}/${"}"} %{x} ${NIMBUS_REST_API} ${SITE_URL}`;
