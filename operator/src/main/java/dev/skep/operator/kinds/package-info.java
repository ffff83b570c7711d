/** Whether the API server knows our kinds, and as what. */
package dev.skep.operator.kinds;
