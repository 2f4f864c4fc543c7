/** Of a request that makes another version run. */
export const forceField = {
  type: 'boolean',
  default: false,
  description:
    'although connections could not go on under it: those that lack config wait for it, those whose checkpoint it cannot read begin anew',
};
