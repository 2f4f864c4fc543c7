/** For one condition, from the moment that the operator's code is loaded. */
export const operatorMs = 2000;
