/** The group that those are in who talk in a room; the one without a name is for everybody. */
export const groupOf = (room: string): string => (room === '' ? 'lanpeer-chat' : `lanpeer-chat/${room}`);
