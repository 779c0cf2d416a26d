/** `{"editors":"...","readers":"..."}`, made by hand: secrets do not belong into source. */
export const INVITATIONS = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-directory/invitations-AbCd12';
