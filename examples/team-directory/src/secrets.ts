/** `{"code":"..."}`, made by hand: secrets do not belong into source. */
export const INVITATION = 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-directory/invitation-AbCd12';
