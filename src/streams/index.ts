export { guarded } from './guarded.ts';
export { ofType } from './of-type.ts';
