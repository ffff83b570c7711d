/**
 * The certificate that the mirror shows, and the authorities that daemons shall trust: kept in one
 * Secret, told to daemons in one ConfigMap, renewed before they end. Why so: DESIGN.md.
 */
package dev.skep.operator.certificate;
