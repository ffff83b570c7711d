package dev.skep.api.v1alpha1.hook;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;

/**
 * A hook of the Linux Security Modules: the program may deny what it sees. Needs bpf among the
 * active LSMs.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
public record Lsm(
    @Required
        @Pattern("^[a-z0-9_]+$")
        @JsonPropertyDescription("The hook as linux/lsm_hook_defs.h names it, e.g. file_open.")
        String hook,
    @JsonPropertyDescription(
            "A number that the program reads with bpf_get_attach_cookie(), to tell attachments of one function apart (Linux 5.18 or later). Default: 0.")
        Long cookie)
    implements Hook {}
