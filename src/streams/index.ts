export { guarded } from './guarded.ts';
export { type MessageOfType, ofType } from './of-type.ts';
