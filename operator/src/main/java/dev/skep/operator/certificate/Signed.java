package dev.skep.operator.certificate;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/** A certificate and its key. */
record Signed(X509Certificate certificate, PrivateKey key) {}
