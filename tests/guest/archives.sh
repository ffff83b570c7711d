# Sourced: the archives that a guest's memory disk is made of. The kernel takes several, one after
# the other, so that those which stay the same are packed once.
# shellcheck shell=bash disable=SC2154 # cache, work and busybox are the caller's

# What a guest has beside busybox, with the libraries of each.
guest_programs=(dash bash bpftool ip tc)
guest_libraries=(libbpf.so.1 libelf.so.1 libz.so.1 libc.so.6 libm.so.6 libdl.so.2 libpthread.so.0
  librt.so.1 libgcc_s.so.1 libresolv.so.2 libnss_files.so.2 libstdc++.so.6)

# archive FOLDER: its content in the form that Linux reads at boot.
archive() { (cd "$1" && find . -mindepth 1 | LC_ALL=C sort | "$busybox" cpio -o -H newc 2>/dev/null); }

# cached NAME KEY COMMAND...: sets `cached` to a file with what COMMAND prints, made once for a KEY.
cached() {
  cached=$cache/$1-$(cksum <<<"$2" | cut -d' ' -f1).cpio
  shift 2
  [[ ! -f $cached ]] || return 0
  "$@" >"$cached.$$" && mv "$cached.$$" "$cached"
}

library_path() { ldconfig -p | awk -v name="$1" '$1 == name && /x86-64/ {print $NF; exit}'; }

# A shared object and what it needs, at the paths they have here.
take_library() {
  local path
  while read -r path; do
    [[ -e $2$path ]] || { mkdir -p "$2${path%/*}" && cp -L "$path" "$2$path"; }
  done < <(echo "$1"; ldd "$1" | awk '/=> \// {print $3} /^\t\/lib64/ {print $1}')
}

base_key() {
  local program
  cat "${guest_dir:?}"/{init,archives.sh} "$busybox" | cksum
  for program in "${guest_programs[@]}"; do stat -Lc '%n %Y' "$(command -v "$program")"; done
  for program in "${guest_libraries[@]}"; do stat -Lc '%n %Y' "$(library_path "$program")"; done
}

base_archive() {
  local base=$work/base name path
  mkdir -p "$base"/{bin,sbin,usr/bin,usr/sbin,proc,sys,dev,tmp,run,etc,root,out,lib64,var/run}
  cp "$busybox" "$base/bin/busybox"
  for name in $("$busybox" --list); do [[ -e $base/bin/$name ]] || ln -s busybox "$base/bin/$name"; done
  for name in "${guest_programs[@]}"; do
    path=$(command -v "$name")
    take_library "$path" "$base"
    # Over busybox's applet of that name, and found before it.
    rm -f "$base/bin/$name"
    cp -L "$path" "$base/bin/$name"
  done
  # busybox's own shell prefers its applets to programs.
  ln -sf dash "$base/bin/sh"
  for name in "${guest_libraries[@]}"; do take_library "$(library_path "$name")" "$base"; done
  echo 'root:x:0:0:root:/root:/bin/sh' >"$base/etc/passwd"
  echo 'root:x:0:' >"$base/etc/group"
  echo '127.0.0.1 localhost' >"$base/etc/hosts"
  install -m 755 "$guest_dir/init" "$base/init"
  archive "$base"
}

# folder_archive FOLDER NAME: FOLDER as /NAME, with links followed.
folder_archive() {
  local under=$work/$2.root
  mkdir -p "$under"
  cp -rL "$1" "$under/$2"
  archive "$under"
  rm -rf "$under"
}
